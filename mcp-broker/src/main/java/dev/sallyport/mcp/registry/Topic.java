package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.upstream.Interests;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Something of a server that may change.
 *
 * @param name by the server's own words
 */
record Topic(Kind kind, String name) {
  enum Kind {
    RESOURCE,
    TASK
  }

  static Topic resource(String uri) {
    return new Topic(Kind.RESOURCE, uri);
  }

  static Topic task(String id) {
    return new Topic(Kind.TASK, id);
  }

  /** Whether it is among what is told of a server. */
  boolean isIn(Interests told) {
    return switch (kind) {
      case RESOURCE -> told.uris().contains(name);
      case TASK -> told.tasks().contains(name);
    };
  }

  /** All of these, as what is to be told of a server. */
  static Interests interests(Collection<Topic> topics) {
    return new Interests(false, names(topics, Kind.RESOURCE), names(topics, Kind.TASK));
  }

  private static Set<String> names(Collection<Topic> topics, Kind kind) {
    return topics.stream()
        .filter(topic -> topic.kind == kind)
        .map(Topic::name)
        .collect(Collectors.toSet());
  }
}
