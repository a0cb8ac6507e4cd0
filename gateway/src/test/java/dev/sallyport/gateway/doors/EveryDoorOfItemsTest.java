package dev.sallyport.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.testing.McpCaller.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * R3, AZ-15: whichever way prompts, resources and completions are asked for, and tasks are asked
 * about, the same is decided, by the same rule, and the same credential goes out.
 */
@Timeout(120)
class EveryDoorOfItemsTest {
  private static final int ITEMS = 90;
  private static final int TASKS = 25;
  private static final int AT_ONCE = 12;
  private static final long SEED = 20_261_123;

  private static final String NARROWER =
      """
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: narrow}
      spec:
        identity: {workload: 'spiffe://prod/agent/narrow'}
        tools:
          - {resource: accounts, actions: [read]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: bounded}
      spec:
        identity: {workload: 'spiffe://prod/agent/bounded'}
        tools:
          - {resource: jobs, actions: [run], when: 'args.limit <= 2500'}
      """;

  @TempDir private Path folder;
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private DoorScene scene;

  /** In which turn something was asked, and what the client was told: a result, or which code. */
  private record Asked(String turn, String told) {
    static Asked of(Answer answer) {
      var code = answer.json().at("/error/data/code").asText("a result");
      return new Asked(answer.header(DoorScene.TURN), code);
    }
  }

  @BeforeEach
  void open() throws IOException {
    scene = new DoorScene(folder);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void decidesEveryItemTheSameWay() throws Exception {
    var random = new Random(SEED);
    var items = IntStream.range(0, ITEMS).mapToObj(i -> WantedItem.generated(i, random)).toList();
    scene.know(items.stream().map(WantedItem::agent));

    each(items.size(), i -> Door.ofMcp().forEach(door -> ask(items.get(i), door)));

    var trail = new Trail(scene);
    var kinds = new HashMap<String, Integer>();
    var all = new StringBuilder();
    for (var item : items) {
      var first = trace(trail, item, Door.ALL_SERVERS);
      kinds.merge(first.substring(0, first.indexOf(' ')), 1, Integer::sum);
      all.append(first).append('\n');
      for (var door : Door.ofMcp()) {
        assertThat(trace(trail, item, door))
            .as("seed %s: %s by %s, and by %s", SEED, item, door, Door.ALL_SERVERS)
            .isEqualTo(first);
      }
    }
    assertThat(kinds).containsOnlyKeys("intent", "denied", "held");
    assertThat(kinds.values()).allMatch(count -> count >= 3);
    assertThat(all.toString())
        .contains("crm prompts/get", "crm resources/read", "crm completion/complete")
        .contains("secret-of-the-files prompts/get", "action_not_granted", "condition_not_met")
        .contains("\"label\":\"PUBLIC\"");
  }

  /** A task that an agent's call began by one door, and what is asked of it by another. */
  private record Work(int number, String agent, int limit, String method, boolean anothers) {
    private static final List<String> AGENTS = List.of("full", "narrow", "bounded", "bounded");

    static Work generated(int number, Random random) {
      return new Work(
          number,
          Pick.of(AGENTS, random),
          random.nextInt(10_000),
          Pick.of(List.of("tasks/get", "tasks/update", "tasks/cancel"), random),
          random.nextInt(4) == 0);
    }

    /** By what upstreams tell a task from all others, of which each pair of doors has its own. */
    String mark(Door begun, Door asked) {
      return Pick.mark(2 * number + (asked.isOfOneServer() ? 1 : 0), begun);
    }
  }

  /** A task lives on while policies change: it is decided on as they are when it is asked about. */
  @Test
  void decidesOnEveryTaskTheSameWay() throws Exception {
    var random = new Random(SEED);
    var works = IntStream.range(0, TASKS).mapToObj(i -> Work.generated(i, random)).toList();
    var handles = new ConcurrentHashMap<String, String>();
    each(TASKS, i -> pairs((begun, door) -> begin(works.get(i), begun, door, handles)));
    scene.gateway().apply(NARROWER);
    each(TASKS, i -> pairs((begun, door) -> ask(works.get(i), begun, door, handles)));

    var trail = new Trail(scene);
    var all = new StringBuilder();
    for (var work : works) {
      var first = trace(trail, work, Door.ALL_SERVERS, Door.ALL_SERVERS);
      all.append(first).append('\n');
      pairs((begun, door) ->
          assertThat(trace(trail, work, begun, door))
              .as("seed %s: %s begun by %s, asked by %s", SEED, work, begun, door)
              .isEqualTo(first));
    }
    assertThat(all.toString())
        .contains("crm tasks/get", "crm tasks/update", "crm tasks/cancel")
        .contains("no_rule", "condition_not_met");
  }

  /** By which a task can begin, and by which it can be asked about: sessions have no tasks. */
  private static void pairs(BiConsumer<Door, Door> work) {
    var doors = List.of(Door.ALL_SERVERS, Door.ONE_SERVER);
    doors.forEach(begun -> doors.forEach(door -> work.accept(begun, door)));
  }

  private void begin(Work work, Door begun, Door asked, Map<String, String> handles) {
    var arguments =
        DoorScene.object("{}").put("limit", work.limit()).put("mark", work.mark(begun, asked));
    var call = DoorScene.direct(begun.isOfOneServer() ? "job" : "crm__job", arguments);
    var client = scene.client(work.agent(), begun, "crm");
    var answer = scene.ask(client, begun, "new", "tools/call", call).json();
    handles.put(work.mark(begun, asked), answer.at("/result/taskId").asText("task.none"));
  }

  private void ask(Work work, Door begun, Door door, Map<String, String> handles) {
    var params = DoorScene.object("{}").put("taskId", handles.get(work.mark(begun, door)));
    var client = scene.client(work.anothers() ? "proposer" : work.agent(), door, "crm");
    var answer = scene.ask(client, door, "new", work.method(), params);
    asked.put(work.mark(begun, door), Asked.of(answer));
  }

  private String trace(Trail trail, Work work, Door begun, Door door) {
    var asked = this.asked.getOrDefault(work.mark(begun, door), new Asked("", ""));
    return trail.of(asked.turn(), work.mark(begun, door)) + " " + asked.told();
  }

  private void ask(WantedItem item, Door door) {
    var arguments = item.arguments().deepCopy();
    var turn = item.held() ? scene.withReference(item.agent(), arguments, "region") : "new";
    var client = scene.client(item.agent(), door, item.server());
    var answer = scene.ask(client, door, turn, item.method(), item.params(door, arguments));
    asked.put(item.mark(door), Asked.of(answer));
  }

  private String trace(Trail trail, WantedItem item, Door door) {
    var asked = this.asked.getOrDefault(item.mark(door), new Asked("", ""));
    return trail.of(asked.turn(), item.mark(door)) + " " + asked.told();
  }

  private static void each(int count, IntConsumer work) throws Exception {
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var made =
          IntStream.range(0, count).mapToObj(i -> threads.submit(() -> work.accept(i))).toList();
      for (var one : made) {
        one.get();
      }
    }
  }
}
