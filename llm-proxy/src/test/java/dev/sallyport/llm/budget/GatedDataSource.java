package dev.sallyport.llm.budget;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source whose next connection may be kept waiting, or fail. Thread-safe. */
final class GatedDataSource {
  private final DataSource inner;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
  private final AtomicReference<CountDownLatch> reached =
      new AtomicReference<>(new CountDownLatch(1));

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
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
