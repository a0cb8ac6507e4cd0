package dev.sallyport.mcp.testing;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import java.util.List;

/** An authority that grants everything, on terms and by a version that a test sets. */
public final class TermedAuthority implements Authority {
  public volatile AgentTerms terms;
  public volatile String version = "1";

  public TermedAuthority(AgentTerms terms) {
    this.terms = terms;
  }

  @Override
  public Decision decide(Action action) {
    var rule = new Decision.Rule("termed", version, "/spec");
    return new Decision.Allowed(rule, "all", "any", List.of());
  }

  @Override
  public boolean visible(Principal principal, Target target) {
    return true;
  }

  @Override
  public AgentTerms terms(Principal principal) {
    return terms;
  }
}
