using System.Text.Json;
using ApiLb.Discovery;
using ApiLb.Kubernetes;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

/// <summary>Which members an object of the API names.</summary>
public sealed class ControlPlaneViewsTests
{
    [Theory]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"name":"https","port":6443}]}""", "10.0.0.1:6443")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1","10.0.0.2"]},{"addresses":["10.0.0.3"]}],"ports":[{"name":"","port":1}]}""", "10.0.0.1:1 10.0.0.2:1 10.0.0.3:1")]
    [InlineData("""{"endpoints":[{"addresses":["2001:db8::1"]}],"ports":[{"name":"x","port":1},{"name":"https","port":2}]}""", "[2001:db8::1]:2")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":false}},{"addresses":["10.0.0.2"],"conditions":{"ready":true}},{"addresses":["10.0.0.3"],"conditions":{}}],"ports":[{"port":6443}]}""", "10.0.0.2:6443 10.0.0.3:6443")]
    [InlineData("""{"addressType":"FQDN","endpoints":[{"addresses":["cp1.example.com"]}],"ports":[{"port":6443}]}""", "")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"name":"a","port":1},{"name":"b","port":2}]}""", "")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"port":0}]}""", "")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1"]}],"ports":null}""", "")]
    [InlineData("""{"endpoints":[null,{"addresses":null},{"addresses":[null]}],"ports":[null]}""", "")]
    [InlineData("""{"endpoints":null}""", "")]
    [InlineData("{}", "")]
    public void EndpointSlice_NamesItsReadyAddresses(string json, string expected) =>
        Assert.Equal(expected, Told(ControlPlaneViews.MembersOf(Read(json, KubernetesJsonContext.Default.EndpointSlice))));

    [Theory]
    [InlineData("""{"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}],"notReadyAddresses":[{"ip":"10.0.0.3"}],"ports":[{"name":"https","port":6443}]}]}""", "10.0.0.1:6443 10.0.0.2:6443")]
    [InlineData("""{"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1}]},{"addresses":[{"ip":"2001:db8::2"}],"ports":[{"port":2}]}]}""", "10.0.0.1:1 [2001:db8::2]:2")]
    [InlineData("""{"subsets":[null,{"addresses":null,"ports":[{"port":1}]},{"addresses":[null,{"ip":null},{"ip":"x"}],"ports":[{"port":1}]}]}""", "")]
    [InlineData("""{"subsets":null}""", "")]
    [InlineData("{}", "")]
    public void Endpoints_NameTheirReadyAddresses(string json, string expected) =>
        Assert.Equal(expected, Told(ControlPlaneViews.MembersOf(Read(json, KubernetesJsonContext.Default.Endpoints))));

    [Theory]
    [InlineData("""{"metadata":{"name":"cp1"},"status":{"addresses":[{"type":"Hostname","address":"cp1"},{"type":"InternalIP","address":"10.0.0.1"},{"type":"InternalIP","address":"2001:db8::1"}]}}""", "cp1=10.0.0.1:7443")]
    [InlineData("""{"metadata":{"name":"cp1"},"status":{"addresses":[{"type":"InternalIP","address":"nonsense"},{"type":"InternalIP","address":"10.0.0.2"}]}}""", "cp1=10.0.0.2:7443")]
    [InlineData("""{"metadata":{"name":"cp1"},"status":{"addresses":[{"type":"ExternalIP","address":"192.0.2.1"}]}}""", "")]
    [InlineData("""{"metadata":null,"status":{"addresses":[null]}}""", "")]
    [InlineData("{}", "")]
    public void Node_NamesItsFirstInternalAddress(string json, string expected) =>
        Assert.Equal(expected, Told(ControlPlaneViews.MembersOf(Read(json, KubernetesJsonContext.Default.Node), 7443)));

    private static T Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    private static string Told(IEnumerable<Member> members) =>
        string.Join(' ', members.Select(m => m.Name.Length == 0 ? m.Address.ToString() : $"{m.Name}={m.Address}"));
}
