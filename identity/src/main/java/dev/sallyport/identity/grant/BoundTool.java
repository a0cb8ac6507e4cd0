package dev.sallyport.identity.grant;

/** What a tool does, in the words of policies. */
record BoundTool(String resource, String action) {}
