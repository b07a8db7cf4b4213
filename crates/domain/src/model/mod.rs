//! The records that the API serves, one file per resource, in the shapes of the reference (sections 10.2 to 10.7).
