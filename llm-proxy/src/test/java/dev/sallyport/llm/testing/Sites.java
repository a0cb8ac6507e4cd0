package dev.sallyport.llm.testing;

import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.Deployment;
import java.util.List;
import java.util.Map;

/** Deployments of providers as an administrator sets them. */
public final class Sites {
  private Sites() {}

  /** A deployment of a provider with this spec. */
  public static Deployment of(String providerSpec) {
    var catalog = new Catalog();
    try {
      catalog
          .prepare(
              new ResourceSet(
                  List.of(
                      resource("Provider", providerSpec),
                      resource(
                          "Deployment",
                          "{\"alias\":\"a\",\"provider\":\"one\",\"upstreamModel\":\"up\"}"))))
          .activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return catalog.deployments("a").getFirst();
  }

  private static Resource resource(String kind, String spec) {
    return new Resource(Resource.API_VERSION, kind, "one", Map.of(), Wire.object(spec));
  }
}
