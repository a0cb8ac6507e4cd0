package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.TokenDemand;

/**
 * What a binding demands of access tokens.
 *
 * @param by where it says so
 */
record Demand(TokenDemand token, Rule by) {
  /** What the names of bindings begin with where a rule is named. */
  static final String BINDING = PolicyCompiler.TOOL_BINDING + "/";

  /** The name of the binding. */
  String name() {
    return by.policy().substring(BINDING.length());
  }
}
