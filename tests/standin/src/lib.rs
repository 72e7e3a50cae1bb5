//! Stand-in for Alibaba Cloud: OSS PostObject and the RPC gateway of both cloud APIs.
