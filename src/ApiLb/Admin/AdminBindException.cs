namespace ApiLb.Admin;

/// <summary>The admin socket or address cannot be had. The message is for the operator: what, where, what to do.</summary>
internal sealed class AdminBindException(string message, Exception? inner = null) : IOException(message, inner);
