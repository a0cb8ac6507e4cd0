package dev.sallyport.mcp.registry;

/**
 * A record with what it is about.
 *
 * @param definition as the server wrote it when it was first seen, in JSON
 */
public record DescribedItem(ItemRecord record, String definition) {}
