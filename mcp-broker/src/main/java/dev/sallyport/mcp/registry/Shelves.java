package dev.sallyport.mcp.registry;

/**
 * What is kept of all approved tools together, whose number has no bound.
 *
 * @param definitions as trees
 * @param schemas compiled
 */
record Shelves(Shelf definitions, Shelf schemas) {
  private static final int MAX_DEFINITIONS = 8_192;
  private static final int MAX_SCHEMAS = 4_096;

  static Shelves empty() {
    return new Shelves(new Shelf(MAX_DEFINITIONS), new Shelf(MAX_SCHEMAS));
  }
}
