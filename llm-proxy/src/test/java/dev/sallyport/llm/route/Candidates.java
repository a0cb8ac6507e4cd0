package dev.sallyport.llm.route;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.testing.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Candidates of deployments that are made up. */
final class Candidates {
  private Candidates() {}

  /** One with a version of the credential {@code key}. */
  static Candidate candidate(String name, String provider, String region, int version) {
    var catalog = new Catalog();
    var resources =
        List.of(
            resource("Credential", "key", "{\"providers\":[\"%s\"]}".formatted(provider)),
            resource(
                "Provider",
                provider,
                ("{\"protocol\":\"openai\",\"baseUrl\":\"https://h/v1\",\"region\":\"%s\","
                        + "\"credential\":\"key\"}")
                    .formatted(region)),
            resource(
                "Deployment",
                name,
                "{\"alias\":\"a\",\"provider\":\"%s\",\"upstreamModel\":\"%s\"}"
                    .formatted(provider, name)));
    try {
      catalog.prepare(new ResourceSet(resources)).activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return new Candidate(
        catalog.deployments("a").getFirst(),
        Optional.of(new CredentialUse("key", version, "provider:" + provider)),
        false);
  }

  /** Why one is not admitted; one that is gives its place back. */
  static String why(Admission admission) {
    return switch (admission) {
      case Admitted one -> {
        one.abandoned();
        yield "admitted";
      }
      case Shut(var why, _, _) -> why;
    };
  }

  private static Resource resource(String kind, String name, String spec) {
    return new Resource(Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec));
  }
}
