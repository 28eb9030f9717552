using System.Buffers.Binary;
using ApiLb.Http;
using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Http;

/// <summary>How many frames to no purpose an HTTP/2 client may send.</summary>
public sealed class FrameBudgetTests
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Priority = 2;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte Continuation = 9;
    private const int IdleFrames = 10_000;
    private const int Resets = 1_000;

    private readonly FakeTime _time = new();
    private readonly FrameBudget _budget;

    public FrameBudgetTests()
    {
        _budget = new FrameBudget(_time);
        Assert.Null(_budget.Received("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8));
    }

    [Theory]
    [InlineData(Ping, 0, 8)]
    [InlineData(Settings, 0, 6)]
    [InlineData(Priority, 0, 5)]
    [InlineData(WindowUpdate, 0, 4)]
    [InlineData(Data, 0, 0)]
    [InlineData(Continuation, 0, 0)]
    [InlineData(0x42, 0, 100)]
    public void FramesToNoPurpose_AreBounded(byte type, byte flags, int length)
    {
        Assert.Null(Send(IdleFrames, type, flags, length));

        Assert.Equal(ClientFault.ControlFrameFlood, Send(1, type, flags, length));
    }

    [Theory]
    [InlineData(Ping, 1, 8)]
    [InlineData(Settings, 1, 0)]
    [InlineData(Data, 0, 1)]
    [InlineData(Data, 1, 0)]
    [InlineData(Headers, 4, 20)]
    [InlineData(Continuation, 0, 20)]
    public void OtherFrames_AreNot(byte type, byte flags, int length) => Assert.Null(Send(10 * IdleFrames, type, flags, length));

    [Fact]
    public void StreamsThatAreResetAtOnce_AreBounded()
    {
        string? fault = null;
        var pairs = 0;
        for (; fault is null && pairs < 10 * Resets; pairs++)
        {
            fault = Send(1, Headers, 5, 40) ?? Send(1, ResetStream, 0, 4);
        }

        Assert.Equal(ClientFault.RapidReset, fault);
        Assert.InRange(pairs, Resets, 2 * Resets);
    }

    [Fact]
    public void StreamsThatMoveSomethingBeforeTheyAreReset_AreNot()
    {
        for (var i = 0; i < 10 * Resets; i++)
        {
            _budget.Sent(1024);
            Assert.Null(Send(1, Headers, 5, 40) ?? Send(1, ResetStream, 0, 4));
        }
    }

    [Fact]
    public void PingForEachMessage_IsNoFlood()
    {
        for (var i = 0; i < 5 * IdleFrames; i++)
        {
            _budget.Sent(40);
            Assert.Null(Send(1, Ping, 0, 8));
            _budget.Sent(17);
        }
    }

    [Fact]
    public void AnswersToPings_EarnNoMore()
    {
        for (var i = 0; i < IdleFrames; i++)
        {
            Assert.Null(Send(1, Ping, 0, 8));
            _budget.Sent(17);
        }

        Assert.Equal(ClientFault.ControlFrameFlood, Send(1, Ping, 0, 8));
    }

    [Fact]
    public void OldConnection_MayHaveMore()
    {
        Send(IdleFrames, Ping, 0, 8);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(Send(600, Ping, 0, 8));
        Assert.Equal(ClientFault.ControlFrameFlood, Send(1, Ping, 0, 8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(1000)]
    public void Frames_AreSeenHoweverTheyAreCut(int piece)
    {
        var bytes = Frames(IdleFrames, Ping, 0, 8).Concat(Frames(100, Headers, 5, 300)).ToArray();
        foreach (var part in bytes.Chunk(piece))
        {
            Assert.Null(_budget.Received(part));
        }

        // What the headers earn: 309 bytes each, and a frame for 16 of them.
        Assert.Null(Send(100 * 309 / 16, Ping, 0, 8));
        Assert.Equal(ClientFault.ControlFrameFlood, Send(1, Ping, 0, 8));
    }

    private string? Send(int times, byte type, byte flags, int length) => _budget.Received(Frames(times, type, flags, length));

    private static byte[] Frames(int times, byte type, byte flags, int length)
    {
        var frames = new byte[times * (9 + length)];
        for (var i = 0; i < times; i++)
        {
            var frame = frames.AsSpan(i * (9 + length));
            BinaryPrimitives.WriteInt32BigEndian(frame, length << 8);
            (frame[3], frame[4]) = (type, flags);
        }

        return frames;
    }
}
