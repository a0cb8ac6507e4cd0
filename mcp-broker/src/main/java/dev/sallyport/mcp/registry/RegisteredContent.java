package dev.sallyport.mcp.registry;

/** Something approved that can be read by a URI: a resource, or all that a template covers. */
public sealed interface RegisteredContent extends RegisteredItem
    permits RegisteredResource, RegisteredTemplate {
  /** The URI, or the template. */
  String uri();
}
