package dev.sallyport.gateway.admin;

import dev.sallyport.gateway.metrics.Metrics;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.mcp.approval.HeldCalls;
import dev.sallyport.mcp.registry.ToolRegistry;
import dev.sallyport.sandbox.quarantine.Quarantine;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Everything that administrators can ask for. */
public final class Endpoints {
  private final List<Route> routes = new ArrayList<>();

  public Endpoints(
      ResourceStore store,
      ToolRegistry registry,
      HeldCalls heldCalls,
      ActionPath path,
      EvidenceReader evidence,
      String evidenceKey,
      Quarantine quarantine,
      Metrics metrics,
      GatewayFacts facts,
      GrantResources grants,
      InstantSource clock) {
    var tools = new ToolEndpoints(registry, path);
    // The paths of resources are general, so they come last.
    routes.addAll(new StatusEndpoints(facts, store, tools, metrics).routes());
    routes.addAll(tools.routes());
    routes.addAll(new ContractEndpoints(registry, quarantine, path).routes());
    routes.addAll(new CallEndpoints(heldCalls, path, quarantine).routes());
    routes.addAll(new ViewEndpoints(quarantine, path).routes());
    routes.addAll(new EvidenceEndpoints(evidence, evidenceKey).routes());
    routes.addAll(new PolicyEndpoints(grants, store, registry, evidence, path, clock).routes());
    routes.addAll(new TurnEndpoints(quarantine, path).routes());
    routes.addAll(new ShortForms(store).routes());
    routes.addAll(new ResourceEndpoints(store).routes());
  }

  List<Route> routes() {
    return List.copyOf(routes);
  }
}
