package dev.sallyport.identity.grant;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What does not fit the tools that there are now. In a document that is new this is a mistake; in
 * one that was in force before, it is a warning, since the tools may have changed without it.
 */
final class Unfit {
  private final Mistakes mistakes;
  private final Predicate<Resource> isNew;
  private final List<Mistake> warnings = new ArrayList<>();

  Unfit(Mistakes mistakes, Predicate<Resource> isNew) {
    this.mistakes = mistakes;
    this.isNew = isNew;
  }

  void add(Resource resource, String pointer, String problem) {
    if (isNew.test(resource)) {
      mistakes.add(resource, pointer, problem);
    } else {
      warnings.add(new Mistake(resource.key(), pointer, problem));
    }
  }

  List<Mistake> warnings() {
    return warnings;
  }
}
