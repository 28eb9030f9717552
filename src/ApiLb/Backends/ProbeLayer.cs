namespace ApiLb.Backends;

/// <summary>The layer that decided a check, in the words HAProxy's operators know: L4 TCP, L6 TLS, L7 HTTP.</summary>
internal enum ProbeLayer
{
    L4,
    L6,
    L7,
}
