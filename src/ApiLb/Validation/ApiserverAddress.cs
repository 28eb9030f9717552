using System.Net;

namespace ApiLb.Validation;

/// <summary>One apiserver that is asked directly, past the balancer.</summary>
/// <param name="Name">For people: as configured, else its address.</param>
/// <param name="EndPoint">Where it listens.</param>
internal sealed record ApiserverAddress(string Name, EndPoint EndPoint)
{
    public override string ToString() => EndPoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : EndPoint.ToString() ?? Name;
}
