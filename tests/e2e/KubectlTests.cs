using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>kubectl through the balancer.</summary>
[Collection(LabCollection.Name)]
public sealed class KubectlTests(LabFixture fixture) : IAsyncLifetime
{
    /// <summary>Another class may have left apiservers stopped, or the controller manager without its lease.</summary>
    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Readyz_IsOk()
    {
        var answer = await fixture.Lab.Kubectl.RunAsync("get", "--raw", "/readyz");

        Assert.Equal("ok", answer);
    }

    [Fact]
    public async Task KubernetesEndpoints_ListAllThreeApiservers()
    {
        await fixture.Lab.RecoverAsync();

        // Each apiserver enters its own address, some seconds after it is ready.
        await Eventually.HoldsAsync("the endpoints of kubernetes are the three apiservers", TimeSpan.FromSeconds(30), async () =>
        {
            var addresses = await fixture.Lab.Kubectl.RunAsync("get", "endpoints", "kubernetes", "--output", "jsonpath={.subsets[*].addresses[*].ip}");
            return addresses == "10.99.0.11 10.99.0.12 10.99.0.13" ? null : addresses;
        });
    }

    [Fact]
    public async Task ConfigMapCreated_IsReadBack()
    {
        var kubectl = fixture.Lab.Kubectl;
        await kubectl.RunAsync("create", "configmap", "read-back", "--from-literal=answer=42");

        var answer = await kubectl.RunAsync("get", "configmap", "read-back", "--output", "jsonpath={.data.answer}");

        Assert.Equal("42", answer);
    }

    [Fact]
    public async Task WatchOpen_SeesAConfigMapThatIsCreatedLater()
    {
        var kubectl = fixture.Lab.Kubectl;
        await kubectl.RunAsync("create", "configmap", "watched-earlier");
        await using var watch = kubectl.Start("kubectl-watch", "get", "configmaps", "--watch", "--output", "name");
        await SeesAsync("watched-earlier");

        await kubectl.RunAsync("create", "configmap", "watched-later");

        await SeesAsync("watched-later");

        Task SeesAsync(string name) => Eventually.HoldsAsync("the watch prints " + name, TimeSpan.FromSeconds(20), () =>
        {
            watch.EnsureRunning();
            return Task.FromResult(watch.Log.Contains("configmap/" + name, StringComparison.Ordinal) ? null : watch.Log);
        });
    }
}
