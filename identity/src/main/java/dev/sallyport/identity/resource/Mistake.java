package dev.sallyport.identity.resource;

/**
 * One thing wrong with a resource.
 *
 * @param resource which one
 * @param pointer where in its document, as a JSON pointer such as {@code /spec/tools/0/actions}
 * @param problem what is wrong and how to mend it; never holds a secret value
 */
public record Mistake(Resource.Key resource, String pointer, String problem) {
  @Override
  public String toString() {
    return resource + " " + pointer + ": " + problem;
  }
}
