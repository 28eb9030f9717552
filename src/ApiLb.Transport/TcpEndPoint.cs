namespace ApiLb.Transport;

internal static class TcpEndPoint;
