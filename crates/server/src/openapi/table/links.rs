//! Links and the consents behind them.

use super::filters::{CONSENTS, LINKS};
use super::verbs::{detail, list, operation, resume};
use crate::openapi::shape::Shape::{Empty, One, Page};
use crate::openapi::shape::{Body, Operation, Path};

pub(super) static PATHS: &[Path] = &[
    Path {
        path: "/api/links/",
        aliases: &[],
        tag: "Links",
        operations: &[
            list("ListLinks", "Links, newest first.", LINKS, &[(200, Page("Link"))]),
            Operation {
                body: Some(Body::Register),

                ..operation("post", "RegisterLink", "Links come from the widget only, so: 400.")
            },
            resume("PatchLinks"),
        ],
    },
    Path {
        path: "/api/links/{id}/",
        aliases: &[],
        tag: "Links",
        operations: &[
            detail("DetailLink", "One link.", &[(200, One("Link"))]),
            Operation {
                selects: true,
                body: Some(Body::LinkPatch),
                answers: &[(200, One("Link"))],
                errors: &[404],
                ..operation("patch", "ModifyLinkDataRetrieval", "Change how a link is kept.")
            },
            Operation {
                selects: true,
                body: Some(Body::LinkPut),
                answers: &[(200, One("Link"))],
                errors: &[404],
                ..operation("put", "UpdateLink", "New credentials; open finance has none, so nothing changes.")
            },
            Operation {
                more: "Five a minute, then 429; in the background (`async`) without a limit.",
                asynchronous: true,
                answers: &[(204, Empty), (202, One("Accepted"))],
                errors: &[404, 429],
                ..operation("delete", "DestroyLink", "Erase a link with everything below it, and end its consent.")
            },
        ],
    },
    Path {
        path: "/api/links/{id}/refresh/",
        aliases: &[],
        tag: "Links",
        operations: &[Operation {
            more: "Once in ten minutes.",
            body: Some(Body::Refresh),
            answers: &[(202, One("Accepted"))],
            errors: &[404, 409],
            ..operation("post", "RefreshHistoricalDataForLink", "Have the history fetched again; webhooks follow.")
        }],
    },
    Path {
        path: "/api/links/{id}/quota/",
        aliases: &[],
        tag: "Links",
        operations: &[detail(
            "DetailQuota",
            "What is used and left of the month's readings at the institution.",
            &[(200, One("Quota"))],
        )],
    },
    Path {
        path: "/api/consents/",
        aliases: &[],
        tag: "Consents",
        operations: &[list("ListConsents", "Consents, by document or all.", CONSENTS, &[(200, Page("Consent"))])],
    },
    Path {
        path: "/api/consents/{id}/",
        aliases: &[],
        tag: "Consents",
        operations: &[detail("DetailConsent", "One consent.", &[(200, One("Consent"))])],
    },
    Path {
        path: "/api/consents/{id}/history/",
        aliases: &[],
        tag: "Consents",
        operations: &[Operation {
            errors: &[404],
            ..list("ListConsentHistory", "What happened to a consent.", &[], &[(200, Page("ConsentChange"))])
        }],
    },
];
