//! Reference backend: hands out upload parameters to browsers.
