package dev.sallyport.identity.grant;

import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What does not fit the tools that there are now, has wrong types, or never has a part in a
 * decision. In a document that is new this is a mistake. In one that was in force before, it is a
 * warning: the tools may have changed without it, or another version took it; such a rule opens
 * nothing.
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
