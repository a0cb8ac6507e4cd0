package dev.sallyport.identity.grant;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.Set;

/** The kinds {@code AgentPolicy} and {@code ToolBinding}, and how they come into force. */
public final class GrantResources implements ResourceModule {
  private final GrantAuthority authority;

  public GrantResources(GrantAuthority authority) {
    this.authority = authority;
  }

  @Override
  public Set<String> kinds() {
    return Set.of(PolicyCompiler.AGENT_POLICY, PolicyCompiler.TOOL_BINDING);
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var policies = PolicySet.compile(all);
    return () -> authority.use(policies);
  }
}
