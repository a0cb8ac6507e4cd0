package dev.sallyport.identity.grant;

/** What a tool, a prompt or something to read stands for. */
record BoundAction(String resource, String action) implements Meaning {}
