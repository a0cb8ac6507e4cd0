/**
 * How a module brings its own tables up to date. Start with {@link
 * dev.sallyport.identity.store.Migrations}.
 */
@NullMarked
package dev.sallyport.identity.store;

import org.jspecify.annotations.NullMarked;
