package dev.sallyport.identity.replay;

import dev.sallyport.identity.action.Target;

/** Targets in one line, for reports. */
public final class TargetText {
  private TargetText() {}

  /** Such as {@code tool crm/query}. */
  public static String of(Target target) {
    return switch (target) {
      case Target.Tool(var server, var tool) -> "tool " + server + "/" + tool;
      case Target.Prompt(var server, var prompt) -> "prompt " + server + "/" + prompt;
      case Target.Resource(var server, var uri) -> "resource " + server + " " + uri;
      case Target.Template(var server, var template) -> "template " + server + " " + template;
      case Target.Model(var alias) -> "model " + alias;
      case Target.TurnOperation(var name) -> "turn " + name;
      case Target.ServerInspection(var server) -> "server " + server;
      case Target.Administration(var kind, var name, var verb) -> verb + " " + kind + "/" + name;
    };
  }
}
