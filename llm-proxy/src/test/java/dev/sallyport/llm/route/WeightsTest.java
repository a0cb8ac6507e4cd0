package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares of traffic that stick to a conversation (S12, S21, S26). */
final class WeightsTest {
  private static final int MANY = 10_000;

  /** What a sum of squares of three free normal deviates exceeds once in a thousand. */
  private static final double CHI_SQUARE_OF_THREE = 16.27;

  @Test
  void givesEachItsShareOfTheConversations() {
    var weights = Map.of("a", 70, "b", 20, "c", 9, "d", 1);
    var behind = deployments("a=70", "b=20", "c=9", "d=1");

    var counts = firsts(behind);

    double distance = 0;
    for (var weight : weights.entrySet()) {
      double expected = MANY * weight.getValue() / 100.0;
      double off = counts.getOrDefault(weight.getKey(), 0) - expected;
      distance += off * off / expected;
    }
    assertThat(distance).isLessThan(CHI_SQUARE_OF_THREE);
  }

  /** Whoever stands in for one that fails does so by weight, too. */
  @Test
  void sharesTheConversationsOfOneThatFailsByWeightAmongTheOthers() {
    var behind = deployments("a=2", "b=3", "c=1");
    int ofA = 0;
    int toB = 0;
    for (var conversation : conversations("ci", MANY)) {
      var order = names(behind, conversation);
      ofA += order.getFirst().equals("a") ? 1 : 0;
      toB += order.subList(0, 2).equals(List.of("a", "b")) ? 1 : 0;
    }
    assertThat((double) toB).isBetween(least(ofA, 0.75), most(ofA, 0.75));
  }

  @Test
  void givesOneConversationTheSameOrderAlways() {
    for (int i = 0; i < 100; i++) {
      var once = names(deployments("a=1", "b=5", "c=3"), conversation("ci", i));
      var again = names(deployments("c=3", "a=1", "b=5"), conversation("ci", i));
      assertThat(again).isEqualTo(once);
    }
  }

  /** So that a choice that anyone wrote down holds in every process and release. */
  @Test
  void givesTheOrderThatItAlwaysGave() {
    var orders =
        IntStream.range(0, 8)
            .mapToObj(i ->
                String.join("", names(deployments("a=1", "b=2", "c=3"), conversation("ci", i))))
            .toList();
    assertThat(orders).containsExactly("cba", "bca", "acb", "cba", "cba", "bca", "acb", "bca");
  }

  @Test
  void movesOnlyToADeploymentThatIsAdded() {
    var before = deployments("a=5", "b=3");
    var after = deployments("a=5", "b=3", "new=2");
    int moved = 0;
    for (var conversation : conversations("ci", MANY)) {
      var grown = new ArrayList<>(names(after, conversation));
      moved += grown.getFirst().equals("new") ? 1 : 0;
      grown.remove("new");
      assertThat(grown).isEqualTo(names(before, conversation));
    }
    assertThat((double) moved).isBetween(least(MANY, 0.2), most(MANY, 0.2));
  }

  @Test
  void choosesForEachPrincipalByItself() {
    var behind = deployments("a=1", "b=1");
    int same = 0;
    for (int i = 0; i < MANY; i++) {
      var one = names(behind, conversation("one", i));
      same += one.equals(names(behind, conversation("two", i))) ? 1 : 0;
    }
    assertThat((double) same).isBetween(least(MANY, 0.5), most(MANY, 0.5));
  }

  @Test
  void neverAsksFirstWhatHasWeightNought() {
    for (var conversation : conversations("ci", MANY)) {
      assertThat(names(deployments("a=0", "b=1", "c=0", "d=1000"), conversation).subList(2, 4))
          .containsExactly("a", "c");
    }
  }

  @Test
  void countsOneWithoutWeightAsOneAmongThoseThatHaveOne() {
    for (var conversation : conversations("ci", 1_000)) {
      assertThat(names(deployments("a=3", "b="), conversation))
          .isEqualTo(names(deployments("a=3", "b=1"), conversation));
    }
  }

  @Test
  void keepsThePrioritiesApart() {
    for (var conversation : conversations("ci", 1_000)) {
      var names =
          names(deployments("a=1", "b=1000", "c=9@1", "d=9@1", "f=@2", "e=@2"), conversation);
      assertThat(names.subList(0, 2)).containsExactlyInAnyOrder("a", "b");
      assertThat(names.subList(2, 4)).containsExactlyInAnyOrder("c", "d");
      assertThat(names.subList(4, 6)).containsExactly("e", "f");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a= b= c=@1", "a=7"})
  void leavesTheOrderWhereThereIsNothingToChooseByWeight(String given) {
    var behind = deployments(given.split(" "));
    assertThat(Weights.order(behind, conversation("ci", 1))).isSameAs(behind);
  }

  /** Three standard deviations below and above what is expected. */
  private static double least(int draws, double share) {
    return draws * share - 3 * Math.sqrt(draws * share * (1 - share));
  }

  private static double most(int draws, double share) {
    return 2 * draws * share - least(draws, share);
  }

  private static Map<String, Integer> firsts(List<Deployment> behind) {
    var counts = new HashMap<String, Integer>();
    for (var conversation : conversations("ci", MANY)) {
      counts.merge(names(behind, conversation).getFirst(), 1, Integer::sum);
    }
    return counts;
  }

  private static List<String> names(List<Deployment> behind, Conversation conversation) {
    return Weights.order(behind, conversation).stream().map(Deployment::name).toList();
  }

  private static List<Conversation> conversations(String agent, int count) {
    return IntStream.range(0, count).mapToObj(i -> conversation(agent, i)).toList();
  }

  private static Conversation conversation(String agent, int number) {
    var chat = TestingProxy.chat("fast").put("session_id", "session-" + number);
    return new Conversation(
        Owner.alone(new PrincipalId("spiffe://prod/agent/" + agent)),
        ModelRequest.of(ChatRequest.of(chat)));
  }

  /** Deployments as {@code name=weight@priority}. */
  private static List<Deployment> deployments(String... given) {
    var resources = new ArrayList<Resource>();
    resources.add(resource("Provider", "p", "{\"protocol\":\"openai\"}"));
    Arrays.stream(given)
        .map(one -> one.split("[=@]", -1))
        .forEach(said ->
            resources.add(
                resource(
                    "Deployment",
                    said[0],
                    "{\"alias\":\"fast\",\"provider\":\"p\",\"upstreamModel\":\"m\"%s%s}"
                        .formatted(
                            said[1].isEmpty() ? "" : ",\"weight\":" + said[1],
                            said.length < 3 ? "" : ",\"priority\":" + said[2]))));
    var catalog = new Catalog();
    try {
      catalog.prepare(new ResourceSet(resources)).activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return catalog.deployments("fast");
  }

  private static Resource resource(String kind, String name, String spec) {
    return new Resource(Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec));
  }
}
