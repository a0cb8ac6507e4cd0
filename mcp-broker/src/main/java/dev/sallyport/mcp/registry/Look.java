package dev.sallyport.mcp.registry;

/**
 * What was looked at when a server was asked: whoever sees just the same again needs no closer
 * look.
 *
 * @param listing the digest of all that the server listed
 * @param shadows what it was held against
 */
record Look(String listing, Shadows shadows) {}
