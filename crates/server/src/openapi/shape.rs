//! The words of which the table of operations is made.

/// An address with its verbs.
#[derive(Debug)]
pub(crate) struct Path {
    /// Address, with the slash at its end.
    pub(crate) path: &'static str,
    /// Older spellings of it, served the same.
    pub(crate) aliases: &'static [&'static str],
    /// Chapter of the document.
    pub(crate) tag: &'static str,
    /// Verbs.
    pub(crate) operations: &'static [Operation],
}

/// What one verb does.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Verb, in lower case as the document spells it.
    pub(crate) verb: &'static str,
    /// Name, as in Belvo's description where it has one.
    pub(crate) id: &'static str,
    /// One line.
    pub(crate) summary: &'static str,
    /// What one line cannot say; empty where one line is enough.
    pub(crate) more: &'static str,
    /// Filters of a list.
    pub(crate) filters: &'static [Filter],
    /// Whether `fields` and `omit` choose keys.
    pub(crate) selects: bool,
    /// Body, where there is one.
    pub(crate) body: Option<Body>,
    /// Whether `X-Belvo-Request-Mode: async` is understood.
    pub(crate) asynchronous: bool,
    /// Good answers.
    pub(crate) answers: &'static [(u16, Shape)],
    /// The schema of what it reads at the institution, now or in the background.
    pub(crate) retrieves: Option<&'static str>,
    /// Errors beyond those that any operation may have.
    pub(crate) errors: &'static [u16],
}

/// A good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One object of a schema.
    One(&'static str),
    /// A page of them.
    Page(&'static str),
    /// Nothing.
    Empty,
}

/// A body; each is described in `bodies`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Which link.
    Link,
    /// Which link and account.
    LinkAndAccount,
    /// Which link, and for which days if not the last year.
    LinkAndDays,
    /// Which link, for which days, and which account.
    LinkDaysAndAccount,
    /// A session that waits for a one-time password.
    Resume,
    /// A widget token.
    Token,
    /// A widget token for a link that is named in the address.
    LinkToken,
    /// Credentials, which open finance does not have.
    Register,
    /// What may be changed in a link.
    LinkPatch,
    /// New credentials, which open finance does not have.
    LinkPut,
    /// What to fetch again.
    Refresh,
    /// A new endpoint.
    Webhook,
    /// What may be changed in an endpoint.
    WebhookPatch,
    /// How long two secrets hold.
    Secret,
    /// Which events to send again.
    Replay,
}

/// A filter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// Name without an operator.
    pub(crate) name: &'static str,
    /// What its values are.
    pub(crate) kind: Kind,
    /// Operators.
    pub(crate) operators: Operators,
    /// Whether it, or its `__in`, must be there.
    pub(crate) required: bool,
}

/// What a filter compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An id.
    Uuid,
    /// A text.
    Text,
    /// A day.
    Day,
    /// A day or a moment.
    Moment,
    /// Money.
    Money,
    /// One of these.
    Choice(&'static [&'static str]),
    /// ISO 4217.
    Currency,
    /// Code of an institution.
    Institution,
    /// An address of electronic mail.
    Email,
    /// A CPF or CNPJ.
    Document,
    /// Two capital letters.
    Country,
    /// Capital letters and underscores.
    Word,
    /// A `webhook_id`.
    Event,
    /// A `webhook_type`.
    EventType,
    /// How many.
    Count,
    /// A `next_cursor`.
    Cursor,
}

/// Operators of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operators {
    /// The bare name.
    Bare,
    /// The bare name and `__in`.
    In,
    /// The bare name, `__gt`, `__gte`, `__lt`, `__lte` and `__range`.
    Compare,
    /// The bare name and `__icontains`.
    Contains,
    /// This one alone, which takes one value.
    Only(&'static str),
    /// This one alone, which takes a list.
    OnlyList(&'static str),
}

/// A parameter as it stands in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// One value.
    One,
    /// Some, separated by commas.
    Some,
    /// Two, separated by a comma.
    Two,
}

impl Filter {
    /// The parameters that the filter stands for.
    pub(crate) fn parameters(&self) -> Vec<(String, Takes)> {
        let named = |suffix: &str, takes| (format!("{}{suffix}", self.name), takes);
        let bare = named("", Takes::One);
        match self.operators {
            Operators::Bare => vec![bare],
            Operators::In => vec![bare, named("__in", Takes::Some)],
            Operators::Contains => vec![bare, named("__icontains", Takes::One)],
            Operators::Only(suffix) => vec![named(suffix, Takes::One)],
            Operators::OnlyList(suffix) => vec![named(suffix, Takes::Some)],
            Operators::Compare => {
                let single = ["", "__gt", "__gte", "__lt", "__lte"].map(|suffix| named(suffix, Takes::One));
                single.into_iter().chain([named("__range", Takes::Two)]).collect()
            }
        }
    }
}
