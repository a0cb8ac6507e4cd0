package dev.sallyport.identity.trust;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.SpecReader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualKeySpecTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{}; orgId and teamId",
        "{'orgId':'a'}; teamId",
        "{'orgId':'a','teamId':'../b'}; teamId",
        "{'workload':'spiffe://prod/a','orgId':'a','teamId':'b'}; not both",
        "{'workload':'spiffe://prod'}; spiffe://DOMAIN/PATH",
        "{'workload':'sallyport:admin'}; spiffe://DOMAIN/PATH",
        "{'workload':'sallyport:quarantine'}; spiffe://DOMAIN/PATH",
        "{'workload':'spiffe://sallyport:admin'}; spiffe://DOMAIN/PATH",
        "{'workload':'spiffe://sallyport.local/org/a/team/b/key/c'}; outside",
        "{'workload':'spiffe://sallyport.local'}; outside",
        "{'workload':'SPIFFE://sallyport.local/a'}; outside",
        "{'workload':'spiffe://Sallyport.Local/a'}; outside",
        "{'workload':'spiffe://sallyport.local./a'}; outside",
        "{'workload':'spiffe://sallyport%2elocal/a'}; outside",
        "{'workload':'spiffe://sallyport.local:1/a'}; outside",
        "{'workload':'spiffe://x@sallyport.local/a'}; outside",
        "{'orgId':'a','teamId':'b','expiresAt':'tomorrow'}; expiresAt"
      })
  void saysWhatIsWrong(String text, String problem) throws Exception {
    var resource =
        new Resource(
            Resource.API_VERSION,
            "VirtualKey",
            "wrong",
            Map.of(),
            (ObjectNode) new JsonMapper().readTree(text.replace('\'', '"')));

    assertThatThrownBy(() -> SpecReader.read(resource, VirtualKeySpec.class))
        .isInstanceOf(InvalidResourcesException.class)
        .hasMessageContaining(problem);
  }
}
