package dev.sallyport.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * R3: whichever way a call comes in by, the same is decided of it, by the same rule, and the same
 * credential goes out with it. Each call comes in by every way that there is for calls. What is
 * decided is read from evidence, what went out from the upstream.
 */
@Timeout(120)
class EveryDoorTest {
  private static final int CALLS = 90;
  private static final int AT_ONCE = 12;
  private static final long SEED = 20_261_122;

  @TempDir private Path folder;
  private final Map<String, String> turns = new ConcurrentHashMap<>();
  private DoorScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new DoorScene(folder);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void decidesEveryCallTheSameWay() throws Exception {
    var random = new Random(SEED);
    var calls = IntStream.range(0, CALLS).mapToObj(i -> Wanted.generated(i, random)).toList();
    scene.know(calls.stream().map(Wanted::agent));

    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var made =
          calls.stream()
              .map(call ->
                  threads.submit(() -> List.of(Door.values()).forEach(door -> make(call, door))))
              .toList();
      for (var each : made) {
        each.get();
      }
    }

    var trail = new Trail(scene);
    var kinds = new HashMap<String, Integer>();
    var all = new StringBuilder();
    for (var call : calls) {
      var first = trace(trail, call, Door.ALL_SERVERS);
      kinds.merge(first.substring(0, first.indexOf(' ')), 1, Integer::sum);
      all.append(first).append('\n');
      for (var door : Door.values()) {
        assertThat(trace(trail, call, door))
            .as("seed %s: %s by %s, and by %s", SEED, call, door, Door.ALL_SERVERS)
            .isEqualTo(first);
      }
    }
    assertThat(kinds).containsOnlyKeys("intent", "denied", "held");
    assertThat(kinds.values()).allMatch(count -> count >= 5);
    assertThat(all.toString())
        .contains("[Bearer secret-of-the-crm tools/call {", "[Bearer secret-of-the-files tools/")
        .contains("flow_refused", "denied_by_rule", "no_rule", "condition_not_met", "7731-ZEBRA")
        .contains("\"label\":\"PUBLIC\"");
  }

  private String trace(Trail trail, Wanted call, Door door) {
    return trail.of(turns.getOrDefault(call.mark(door), ""), call.mark(door));
  }

  private void make(Wanted call, Door door) {
    var arguments = call.arguments().deepCopy().put("mark", call.mark(door));
    var turn = call.held() ? scene.withReference(call.agent(), arguments, "region") : "new";
    turns.put(call.mark(door), made(call, door, turn, arguments));
  }

  /** Makes the call by a door, and tells in which turn. */
  private String made(Wanted call, Door door, String turn, ObjectNode arguments) {
    var agent = call.agent();
    var exposed = call.server() + "__" + call.tool();
    if (door == Door.TURN_LOOP) {
      return scene.run(agent, turn, exposed, arguments);
    }
    boolean proposed = door.isWatched() || agent.equals("proposer");
    var in = proposed ? scene.propose(agent, door, turn, exposed, arguments) : turn;
    var direct = DoorScene.direct(door.isOfOneServer() ? call.tool() : exposed, arguments);
    var params = door.isWrapped() ? DoorScene.direct("call_tool", direct) : direct;
    var client = scene.client(agent, door, call.server());
    return scene.ask(client, door, in, "tools/call", params).header(DoorScene.TURN);
  }
}
