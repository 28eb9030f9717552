using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Looking at a client's first bytes leaves them where they are.</summary>
public sealed class PeekTests
{
    [Fact]
    public async Task BytesComeInPieces_EachPeekSeesMoreAndNoneAreTaken()
    {
        var lengths = new List<int>();
        await using var server = await TransportServer.StartAsync(async client =>
        {
            var buffer = new byte[100];
            for (var known = 0; known < 3;)
            {
                known = (await client.PeekAsync(buffer, known, Eventually.Deadline)).Length;
                lock (lengths)
                {
                    lengths.Add(known);
                }
            }
        });
        using var client = await server.ConnectAsync();
        for (var sent = 1; sent <= 3; sent++)
        {
            await client.SendAsync(new byte[1]);
            await Eventually.SeesAsync(() => Count(lengths), count => count == sent, $"{sent} peeks");
        }

        Assert.Equal([1, 2, 3], lengths);
    }

    [Fact]
    public async Task ClientIsSilent_TimedOut() =>
        Assert.Equal(PeekStatus.TimedOut, await PeekAsync(TimeSpan.FromMilliseconds(50), _ => Task.CompletedTask));

    [Fact]
    public async Task ClientFinishes_EndOfStream() => Assert.Equal(PeekStatus.EndOfStream, await PeekAsync(Eventually.Deadline, client =>
    {
        client.FinishSending();
        return Task.CompletedTask;
    }));

    [Fact]
    public async Task ClientResets_Reset() => Assert.Equal(PeekStatus.Reset, await PeekAsync(Eventually.Deadline, client =>
    {
        client.Reset();
        return Task.CompletedTask;
    }));

    [Fact]
    public async Task ServerIsCut_Aborted()
    {
        var seen = new TaskCompletionSource<PeekStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(client => ServeAsync(client, Eventually.Deadline, seen, arrived));
        using var client = await server.ConnectAsync();
        await arrived.Task.InTime();

        await server.StopAsync(new CancellationToken(canceled: true)).InTime();

        Assert.Equal(PeekStatus.Aborted, await seen.Task.InTime());
    }

    private static async Task<PeekStatus> PeekAsync(TimeSpan timeout, Func<Peer, Task> actAsync)
    {
        var seen = new TaskCompletionSource<PeekStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(client => ServeAsync(client, timeout, seen, arrived));
        using var client = await server.ConnectAsync();
        await arrived.Task.InTime();
        await actAsync(client);
        return await seen.Task.InTime();
    }

    private static async Task ServeAsync(
        ClientConnection client, TimeSpan timeout, TaskCompletionSource<PeekStatus> seen, TaskCompletionSource arrived)
    {
        var peek = client.PeekAsync(new byte[100], 0, timeout);
        arrived.TrySetResult();
        seen.TrySetResult((await peek).Status);
    }

    private static int Count(List<int> list)
    {
        lock (list)
        {
            return list.Count;
        }
    }
}
