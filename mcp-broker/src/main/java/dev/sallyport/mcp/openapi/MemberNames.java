package dev.sallyport.mcp.openapi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of objects that are written under names of their own at one place of a request. None
 * is written twice, and none stands for a parameter.
 */
final class MemberNames {
  private final List<Parameter> parameters;
  private final Map<String, Parameter> writers = new HashMap<>();

  /**
   * No names yet.
   *
   * @param parameters all of the operation
   */
  MemberNames(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /**
   * Takes the name of a member.
   *
   * @throws UnfitArgumentException if it would stand for another parameter, or a member of another
   *     has it
   */
  void take(Parameter parameter, String member) {
    for (var other : parameters) {
      boolean beside = !other.equals(parameter) && other.place() == parameter.place();
      if (beside && other.owns(member)) {
        throw new UnfitArgumentException(
            parameter.argument(), "holds a member that would stand for another parameter");
      }
    }
    if (!writers.computeIfAbsent(member, _ -> parameter).equals(parameter)) {
      throw new UnfitArgumentException(
          parameter.argument(), "holds a member of the same name as another argument does");
    }
  }
}
