//! Real processes that die: kill −9 in the middle, on both databases.

mod crash;
