package dev.sallyport.llm.budget;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source whose next connection may be kept waiting, or fail. Thread-safe. */
final class GatedDataSource {
  private enum Commits {
    KEPT,
    NOT_MADE,
    MADE_AND_LOST
  }

  private final DataSource inner;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private final AtomicReference<CountDownLatch> reached =
      new AtomicReference<>(new CountDownLatch(1));
  private final AtomicReference<Commits> commits = new AtomicReference<>(Commits.KEPT);

  GatedDataSource(DataSource inner) {
    this.inner = inner;
  }

  /** Every connection waits until {@link #open}. */
  void shut() {
    reached.set(new CountDownLatch(1));
    gate.set(new CountDownLatch(1));
  }

  void open() {
    gate.get().countDown();
  }

  void awaitReached() throws InterruptedException {
    reached.get().await();
  }

  /** Until this is null again, there are no connections. */
  void failsWith(@Nullable Throwable why) {
    failure.set(why);
  }

  /** Every commit fails, after or before it is made. */
  void losesCommits(boolean made) {
    commits.set(made ? Commits.MADE_AND_LOST : Commits.NOT_MADE);
  }

  void keepsCommits() {
    commits.set(Commits.KEPT);
  }

  private Connection watched(Connection inner) {
    return (Connection)
        Proxy.newProxyInstance(
            GatedDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              boolean lost = method.getName().equals("commit") && commits.get() != Commits.KEPT;
              try {
                var result =
                    lost && commits.get() == Commits.NOT_MADE
                        ? null
                        : method.invoke(inner, arguments);
                if (lost) {
                  throw new SQLException("lost");
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            GatedDataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, arguments) -> {
              reached.get().countDown();
              gate.get().await();
              var why = failure.get();
              if (why != null) {
                throw why;
              }
              try {
                var result = method.invoke(inner, arguments);
                return result instanceof Connection connection ? watched(connection) : result;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
