//! Keys, the hosted widget, institutions.

use super::filters::{INSTITUTIONS, SESSIONS};
use super::verbs::{detail, list, operation};
use crate::openapi::shape::Shape::{One, Page};
use crate::openapi::shape::{Body, Operation, Path};

pub(super) static PATHS: &[Path] = &[
    Path {
        path: "/api/",
        aliases: &[],
        tag: "Keys",
        operations: &[Operation {
            answers: &[(200, One("Probe"))],
            ..operation("get", "Probe", "Check a pair of keys.")
        }],
    },
    Path {
        path: "/api/token/",
        aliases: &[],
        tag: "Widget",
        operations: &[Operation {
            body: Some(Body::Token),
            answers: &[(200, One("Token"))],

            ..operation("post", "GenerateWidgetAccessToken", "Make an access token for the hosted widget.")
        }],
    },
    Path {
        path: "/api/links/{id}/token/",
        aliases: &[],
        tag: "Widget",
        operations: &[Operation {
            body: Some(Body::LinkToken),
            answers: &[(200, One("Token"))],
            errors: &[404],
            ..operation("post", "GenerateWidgetAccessTokenForLink", "The same for a link, as older clients ask for it.")
        }],
    },
    Path {
        path: "/api/widget-sessions/",
        aliases: &[],
        tag: "Widget",
        operations: &[list(
            "ListWidgetSessions",
            "What became of the visits to the widget, newest first.",
            SESSIONS,
            &[(200, Page("WidgetSession"))],
        )],
    },
    Path {
        path: "/api/widget-sessions/{id}/",
        aliases: &[],
        tag: "Widget",
        operations: &[detail("DetailWidgetSession", "One visit with its events.", &[(200, One("WidgetSession"))])],
    },
    Path {
        path: "/api/institutions/",
        aliases: &[],
        tag: "Institutions",
        operations: &[list(
            "ListInstitutions",
            "Institutions that can be connected.",
            INSTITUTIONS,
            &[(200, Page("Institution"))],
        )],
    },
    Path {
        path: "/api/institutions/{id}/",
        aliases: &[],
        tag: "Institutions",
        operations: &[detail("DetailInstitution", "One institution.", &[(200, One("Institution"))])],
    },
];
