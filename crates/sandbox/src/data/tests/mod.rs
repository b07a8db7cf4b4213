//! Tests of the data APIs.
