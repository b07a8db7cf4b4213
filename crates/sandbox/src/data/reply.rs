//! What every answer looks like: the envelope, the errors, the headers.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;

use crate::people::ResourceStatus;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const VERSION: HeaderName = HeaderName::from_static("x-v");

/// `links` of an answer; what is missing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Links {
    #[serde(rename = "self")]
    pub(crate) this: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prev: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<String>,
}

/// `meta` of an answer: with totals where the API has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_records: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_pages: Option<usize>,
    pub(crate) request_date_time: String,
}

impl Meta {
    /// Only the time of the request.
    pub(crate) fn at(now: Timestamp) -> Self {
        Self { total_records: None, total_pages: None, request_date_time: seconds(now) }
    }

    /// With totals.
    pub(crate) fn counted(now: Timestamp, records: usize, pages: usize) -> Self {
        Self { total_records: Some(records), total_pages: Some(pages), ..Self::at(now) }
    }
}

#[derive(Debug, Serialize)]
struct Envelope<T> {
    data: T,
    links: Links,
    meta: Meta,
}

/// An instant as the standard writes it: UTC, whole seconds.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Answers 200 with the envelope.
pub(crate) fn ok<T: Serialize>(version: &'static str, data: T, links: Links, meta: Meta) -> Response {
    json(StatusCode::OK, version, &Envelope { data, links, meta })
}

fn json<T: Serialize>(status: StatusCode, version: &'static str, body: &T) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(VERSION, HeaderValue::from_static(version));
    (status, headers, body).into_response()
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// No grant came with the request.
    Unauthorised,
    /// The consent does not hold the permission of this path.
    PermissionMissing,
    /// The resource is unknown, belongs to others, or was not chosen.
    ResourceForbidden,
    /// Another holder has to approve the resource first.
    PendingAuthorisation,
    /// The bank has blocked the resource for a while.
    TemporarilyUnavailable,
    /// The resource was closed too long ago.
    Unavailable,
    /// The brand has no such product.
    NoSuchProduct,
    /// The path takes no such method.
    MethodNotAllowed,
    /// A parameter is malformed; its name follows.
    Malformed(&'static str),
    /// A parameter is out of bounds; its name follows.
    OutOfBounds(&'static str),
    /// The window of dates is not served.
    WindowNotServed,
    /// There is no such page.
    PageNotFound,
}

#[derive(Debug, Serialize)]
struct ProblemLine {
    code: &'static str,
    title: &'static str,
    detail: String,
}

#[derive(Debug, Serialize)]
struct ProblemBody {
    errors: [ProblemLine; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

impl Problem {
    /// What stands in the way of reading a resource; nothing where it is available.
    pub(crate) fn of_status(status: ResourceStatus) -> Option<Self> {
        match status {
            ResourceStatus::Available => None,
            ResourceStatus::PendingAuthorisation => Some(Self::PendingAuthorisation),
            ResourceStatus::TemporarilyUnavailable => Some(Self::TemporarilyUnavailable),
            ResourceStatus::Unavailable => Some(Self::Unavailable),
        }
    }

    /// The answer; `now` is left out where no clock is at hand.
    pub(crate) fn answer(self, version: &'static str, now: Option<Timestamp>) -> Response {
        let (status, code, title, detail) = self.text();
        let line = ProblemLine { code, title, detail };
        json(status, version, &ProblemBody { errors: [line], meta: now.map(Meta::at) })
    }

    fn text(self) -> (StatusCode, &'static str, &'static str, String) {
        let (status, code, title, detail) = match self {
            Self::Malformed(name) => {
                let detail = format!("O parâmetro {name} não tem o formato esperado.");
                return (StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO", "Parâmetro inválido", detail);
            }
            Self::OutOfBounds(name) => {
                let detail = format!("O parâmetro {name} está fora dos limites permitidos.");
                return (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "PARAMETRO_FORA_DO_LIMITE",
                    "Parâmetro fora do limite",
                    detail,
                );
            }
            Self::Unauthorised => {
                (StatusCode::UNAUTHORIZED, "NAO_AUTORIZADO", "Não autorizado", "O token de acesso falta ou não vale.")
            }
            Self::PermissionMissing => (
                StatusCode::FORBIDDEN,
                "PERMISSAO_INSUFICIENTE",
                "Permissão insuficiente",
                "O consentimento não contém a permissão necessária.",
            ),
            Self::ResourceForbidden => (
                StatusCode::FORBIDDEN,
                "RESOURCE_FORBIDDEN",
                "Recurso não permitido",
                "O recurso não existe ou não faz parte do consentimento.",
            ),
            Self::PendingAuthorisation => (
                StatusCode::FORBIDDEN,
                "STATUS_RESOURCE_PENDING_AUTHORISATION",
                "Aguardando autorização de multialçadas",
                "O recurso aguarda a autorização de outro titular.",
            ),
            Self::TemporarilyUnavailable => (
                StatusCode::FORBIDDEN,
                "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE",
                "Recurso temporariamente indisponível",
                "O recurso está bloqueado temporariamente.",
            ),
            Self::Unavailable => (
                StatusCode::FORBIDDEN,
                "STATUS_RESOURCE_UNAVAILABLE",
                "Recurso indisponível",
                "O recurso foi encerrado há mais de doze meses.",
            ),
            Self::NoSuchProduct => (
                StatusCode::NOT_FOUND,
                "PRODUTO_NAO_OFERTADO",
                "Produto não ofertado",
                "A instituição não oferece este produto.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "METODO_NAO_PERMITIDO",
                "Método não permitido",
                "Este endereço só responde a GET.",
            ),
            Self::WindowNotServed => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "PERIODO_INVALIDO",
                "Período inválido",
                "As datas informadas não formam um período que possa ser consultado.",
            ),
            Self::PageNotFound => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "PAGE_NOT_FOUND",
                "Página não encontrada",
                "A página informada não existe.",
            ),
        };
        (status, code, title, detail.to_owned())
    }
}
