-- Erasing a link finds its token and all sessions of that token.

CREATE INDEX tokens_by_link ON tokens (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX widget_sessions_by_token ON widget_sessions (token_jti);
