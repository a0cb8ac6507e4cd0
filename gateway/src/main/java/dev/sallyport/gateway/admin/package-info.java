/**
 * The control plane: what administrators ask for, by HTTP. Start with {@link
 * dev.sallyport.gateway.admin.AdminServer}.
 */
@NullMarked
package dev.sallyport.gateway.admin;

import org.jspecify.annotations.NullMarked;
