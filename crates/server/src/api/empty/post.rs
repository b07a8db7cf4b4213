use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::error::{ApiError, Code};

/// `POST`: whatever the body asks for, it is not supported.
pub(super) async fn retrieve(_: Caller, _: Body) -> ApiError {
    Code::UnsupportedOperation.into()
}
