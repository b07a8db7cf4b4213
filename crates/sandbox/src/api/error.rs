//! Refusals of the APIs.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::network::Failure;
use crate::state::StateError;

/// A refusal with the code, title and detail of the standard's envelope.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    /// Seconds after which the caller may try again.
    pub(crate) retry_after: Option<i64>,
}

impl ApiError {
    /// A refusal with its own code.
    pub(crate) fn new(status: StatusCode, code: &str, title: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), title: title.to_owned(), detail: detail.into(), retry_after: None }
    }

    /// 400.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO", "Parâmetro inválido.", detail)
    }

    /// 401: no token, or one that is not good (any more).
    pub(crate) fn unauthorised(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "NAO_AUTORIZADO", "Não autorizado.", detail)
    }

    /// 403: the token does not reach this.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "ACESSO_PROIBIDO", "Acesso proibido.", detail)
    }

    /// 404.
    pub(crate) fn not_found() -> Self {
        Self::of_status(StatusCode::NOT_FOUND)
    }

    /// 422 with one of the codes of the standard.
    pub(crate) fn unprocessable(code: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, &detail.clone(), detail)
    }

    /// 429: too many calls in this minute.
    pub(crate) fn slow_down(seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..Self::of_status(StatusCode::TOO_MANY_REQUESTS) }
    }

    /// What a bare status means.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, title) = match status.as_u16() {
            400 => ("PARAMETRO_INVALIDO", "Requisição inválida."),
            401 => ("NAO_AUTORIZADO", "Não autorizado."),
            403 => ("ACESSO_PROIBIDO", "Acesso proibido."),
            404 => ("NAO_ENCONTRADO", "Recurso não encontrado."),
            405 => ("METODO_NAO_PERMITIDO", "Método não permitido."),
            406 => ("NAO_ACEITAVEL", "Formato de resposta não disponível."),
            413 => ("REQUISICAO_GRANDE_DEMAIS", "Requisição grande demais."),
            415 => ("TIPO_DE_MIDIA_NAO_SUPORTADO", "Formato de requisição não suportado."),
            422 => ("ERRO_NAO_MAPEADO", "Não foi possível processar a requisição."),
            423 => ("LIMITE_OPERACIONAL_EXCEDIDO", "Limite operacional excedido."),
            429 => ("LIMITE_DE_REQUISICOES_EXCEDIDO", "Muitas requisições."),
            504 => ("TEMPO_ESGOTADO", "Tempo de resposta esgotado."),
            529 => ("SITE_SOBRECARREGADO", "Site sobrecarregado."),
            _ => ("ERRO_INTERNO", "Erro interno."),
        };
        Self::new(status, code, title, title)
    }
}

impl From<StateError> for ApiError {
    fn from(error: StateError) -> Self {
        Failure::from(error).into()
    }
}

impl From<Failure> for ApiError {
    fn from(error: Failure) -> Self {
        tracing::error!(%error, "an API of the sandbox bank failed");
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Only the status goes out here; the outermost layer, which knows the time, writes the envelope.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
