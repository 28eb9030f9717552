namespace ApiLb.Transport;

/// <summary>What the kernel has lately seen of a TCP connection (struct tcp_info, linux/tcp.h). Milliseconds are its precision.</summary>
/// <param name="SinceLastData">Since data was sent or received, whichever was later.</param>
/// <param name="SinceLastAck">Since the peer last acknowledged or sent anything.</param>
internal readonly record struct SocketActivity(TimeSpan SinceLastData, TimeSpan SinceLastAck);
