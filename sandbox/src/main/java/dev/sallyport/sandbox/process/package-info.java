/**
 * How code that is not trusted runs. Start with {@link dev.sallyport.sandbox.process.Isolation},
 * which prepares a process, {@link dev.sallyport.sandbox.process.Spawner}, which starts it, and
 * {@link dev.sallyport.sandbox.process.ChildProcess}, which ends it.
 */
@NullMarked
package dev.sallyport.sandbox.process;

import org.jspecify.annotations.NullMarked;
