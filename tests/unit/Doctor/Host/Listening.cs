using System.Net;
using ApiLb.Configuration;

namespace ApiLb.UnitTests.Doctor.Host;

/// <summary>Listeners by their address only.</summary>
internal static class Listening
{
    public static ListenerOptions On(string bind) =>
        new() { Name = "api", Bind = [IPEndPoint.Parse(bind)], Protocol = ListenerProtocol.Tls, Pool = "control-plane" };
}
