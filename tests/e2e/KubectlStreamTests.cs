using System.Text.RegularExpressions;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>What kubectl streams through an `https` listener: the apiserver upgrades to SPDY/3.1 or WebSocket and proxies to a kubelet.</summary>
[Collection(LabCollection.Name)]
public sealed partial class KubectlStreamTests(StreamsFixture streams) : IClassFixture<StreamsFixture>
{
    private const string Pod = StreamingNode.Pod;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("/cluster-a")]
    public async Task Exec_GivesBackItsInputBothOutputsAndTheExitStatus(string path)
    {
        var errors = Path.Combine(streams.Lab.RootOf(LabHost.Client), "exec-errors");

        var answer = await streams.Front.Kubectl.ShellAsync(
            $"kubectl --server {ApiServerFront.Address}{path} exec -i {Pod} -- sh -c 'cat; echo trouble >&2; exit 7' 2> {errors}; echo exit $?; cat {errors}", "one\ntwo\n");

        Assert.StartsWith("one\ntwo\nexit 7\n", answer, StringComparison.Ordinal);
        Assert.Contains("\ntrouble\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecsProtocols_ReachTheKubeletAsSeparateFields()
    {
        await streams.Front.Kubectl.ShellAsync($"kubectl exec {Pod} -- true");

        Assert.Contains(""" "v4.channel.k8s.io" "v3.channel.k8s.io" "v2.channel.k8s.io" """.Trim(), streams.Node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecWithMegabytes_BringsThemThereAndBack()
    {
        var file = Path.Combine(streams.Lab.RootOf(LabHost.Client), "megabytes");

        var answer = await streams.Front.Kubectl.ShellAsync($"head -c 16M /dev/urandom > {file} && kubectl exec -i {Pod} -- cat < {file} | cmp - {file} && echo same");

        Assert.Equal("same\n", answer);
    }

    [Fact]
    public async Task ExecOfABrowser_GoesOverAWebSocket()
    {
        var answer = await Command.RunOnAsync(
            LabHost.Client,
            "curl",
            [
                "--silent", "--include", "--no-buffer", "--http1.1", "--max-time", "60", "--insecure", "--header", "Authorization: Bearer " + streams.Token,
                "--header", "Connection: Upgrade", "--header", "Upgrade: websocket", "--header", "Sec-WebSocket-Version: 13",
                "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "--header", "Sec-WebSocket-Protocol: v4.channel.k8s.io", "--header", "Origin: " + ApiServerFront.Address,
                $"{ApiServerFront.Address}/api/v1/namespaces/default/pods/{Pod}/exec?stdout=1&stderr=1&command=echo&command=hello",
            ]);

        Assert.StartsWith("HTTP/1.1 101 Switching Protocols", answer, StringComparison.Ordinal);
        Assert.Contains("\u0001hello\n", answer, StringComparison.Ordinal);
        Assert.Contains("\u0003{\"metadata\":{},\"status\":\"Success\"}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_TalksToTheContainerWhoseLogIsFollowed()
    {
        await using var logs = streams.Front.Kubectl.Start("front-logs", "logs", "--follow", Pod);
        await SaysAsync(streams.Node, "follow=true");

        var first = await AttachAsync("first");
        await SaysAsync(logs, "first\n");
        var second = await AttachAsync("second");
        await SaysAsync(logs, "first\nsecond\n");

        Assert.Equal("first\nsecond\n", first + second);

        Task<string> AttachAsync(string line) => streams.Front.Kubectl.ShellAsync($"kubectl attach -i {Pod}", line + "\n");
    }

    [Fact]
    public async Task PortForward_CarriesOneConnectionAfterAnother()
    {
        // To etcd's port for metrics and health, from one that kubectl picks.
        await using var forward = streams.Front.Kubectl.Start("front-port-forward", "port-forward", Pod, ":2381");
        await SaysAsync(forward, "Forwarding from 127.0.0.1:");
        var port = Forwarded().Match(forward.Log).Groups[1].Value;

        var answer = await Command.RunOnAsync(
            LabHost.Client, "sh", ["-c", $"for i in 1 2 3; do curl --silent --show-error --fail --max-time 60 http://127.0.0.1:{port}/health; echo; done"]);

        Assert.Equal(3, answer.Split("\"health\":\"true\"").Length - 1);
        forward.EnsureRunning();
    }

    [Fact]
    public async Task Watch_SeesAConfigMapThatIsCreatedLater()
    {
        var kubectl = streams.Front.Kubectl;
        await kubectl.RunAsync("create", "configmap", "front-earlier");
        await using var watch = kubectl.Start("front-watch", "get", "configmaps", "--watch", "--output", "name");
        await SaysAsync(watch, "configmap/front-earlier\n");

        await kubectl.RunAsync("create", "configmap", "front-later");

        await SaysAsync(watch, "configmap/front-later\n");
    }

    private static Task SaysAsync(LabProcess process, string text) => SaysAsync(process.Name, text, process.EnsureRunning, () => process.Log);

    private static Task SaysAsync(StreamingNode node, string text) => SaysAsync("the kubelet", text, () => { }, () => node.Log);

    private static Task SaysAsync(string who, string text, Action ensureRunning, Func<string> log) => Eventually.HoldsAsync($"{who} says {text}", Deadline, () =>
    {
        ensureRunning();
        return Task.FromResult(log().Contains(text, StringComparison.Ordinal) ? null : log());
    });

    [GeneratedRegex(@"Forwarding from 127\.0\.0\.1:(\d+) ")]
    private static partial Regex Forwarded();
}
