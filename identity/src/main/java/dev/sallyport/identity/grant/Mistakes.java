package dev.sallyport.identity.grant;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What is wrong with documents that are compiled together. */
final class Mistakes {
  private final List<Mistake> found = new ArrayList<>();

  int size() {
    return found.size();
  }

  void add(Resource resource, String pointer, String problem) {
    found.add(new Mistake(resource.key(), pointer, problem));
  }

  void addAll(List<Mistake> mistakes) {
    found.addAll(mistakes);
  }

  /** Adds what a rule says of a value that breaks it. */
  void check(Resource resource, String pointer, String value, UnaryOperator<String> rule) {
    try {
      var _ = rule.apply(value);
    } catch (IllegalArgumentException e) {
      add(resource, pointer, String.valueOf(e.getMessage()));
    }
  }

  void throwAny() throws InvalidResourcesException {
    if (!found.isEmpty()) {
      throw new InvalidResourcesException(found);
    }
  }
}
