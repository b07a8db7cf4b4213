//! Where events go.

use super::filters::DELIVERIES;
use super::verbs::{delete, detail, list, operation};
use crate::openapi::shape::Shape::{One, Page};
use crate::openapi::shape::{Body, Operation, Path};

pub(super) static PATHS: &[Path] = &[
    Path {
        path: "/api/webhooks/",
        aliases: &[],
        tag: "Webhooks",
        operations: &[
            list("ListWebhooks", "Where events go, oldest first.", &[], &[(200, Page("Webhook"))]),
            Operation {
                selects: true,
                body: Some(Body::Webhook),
                answers: &[(201, One("Webhook"))],
                ..operation("post", "CreateWebhook", "Add an endpoint; its signing secret is shown once.")
            },
        ],
    },
    Path {
        path: "/api/webhooks/{id}/",
        aliases: &[],
        tag: "Webhooks",
        operations: &[
            detail("DetailWebhook", "One endpoint.", &[(200, One("Webhook"))]),
            Operation {
                selects: true,
                body: Some(Body::WebhookPatch),
                answers: &[(200, One("Webhook"))],
                errors: &[404],
                ..operation("patch", "ModifyWebhook", "Change an endpoint, hold its events or let them go.")
            },
            delete("DestroyWebhook", "Remove an endpoint."),
        ],
    },
    Path {
        path: "/api/webhooks/{id}/secret/",
        aliases: &[],
        tag: "Webhooks",
        operations: &[Operation {
            selects: true,
            body: Some(Body::Secret),
            answers: &[(200, One("Webhook"))],
            errors: &[404],
            ..operation("post", "RotateWebhookSecret", "Make a new signing secret, shown once.")
        }],
    },
    Path {
        path: "/api/webhooks/{id}/deliveries/",
        aliases: &[],
        tag: "Webhooks",
        operations: &[Operation {
            errors: &[404],
            ..list(
                "ListDeliveries",
                "What was sent to an endpoint, with every attempt.",
                DELIVERIES,
                &[(200, Page("Delivery"))],
            )
        }],
    },
    Path {
        path: "/api/webhooks/{id}/replay/",
        aliases: &[],
        tag: "Webhooks",
        operations: &[Operation {
            body: Some(Body::Replay),
            answers: &[(202, One("Replay"))],
            errors: &[404],
            ..operation("post", "ReplayEvents", "Send events again: one, those of a time, or all since one.")
        }],
    },
];
