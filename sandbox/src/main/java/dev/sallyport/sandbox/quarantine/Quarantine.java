package dev.sallyport.sandbox.quarantine;

/** Holds untrusted content for the turns that it came to, and shows agents projections of it. */
public final class Quarantine {}
