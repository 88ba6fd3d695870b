"""connectrpc for Python against a running server: connect_python.py ADDRESS ACCOUNT."""
import asyncio
import os
import sys

from connectrpc.code import Code
from connectrpc.codec import proto_json_codec
from connectrpc.errors import ConnectError
from connectrpc.protocol import ProtocolType
from protobuf import Oneof
from tenure.api.v1.account_connect import AccountServiceClient, AccountServiceClientSync
from tenure.api.v1.account_pb import GetAccountRequest
from tenure.api.v1.act_connect import ActServiceClientSync
from tenure.api.v1.act_pb import AddNote, RecordRequest
from tenure.api.v1.portfolio_connect import PortfolioServiceClientSync
from tenure.api.v1.portfolio_pb import GetNeedsYouRequest
from tenure.api.v1.subscription_connect import SubscriptionServiceClientSync
from tenure.api.v1.subscription_pb import WatchAccountRequest

address, account = sys.argv[1:]


def code_of(call):
    try:
        call()
    except ConnectError as error:
        assert error.message
        return error.code
    return None


def walk(name, **options):
    accounts = AccountServiceClientSync(address, **options)
    acts = ActServiceClientSync(address, **options)
    watches = SubscriptionServiceClientSync(address, **options)
    rows = PortfolioServiceClientSync(address, **options).get_needs_you(GetNeedsYouRequest()).rows
    assert account in [row.account for row in rows], name
    one = accounts.get_account(GetAccountRequest(account=account))
    assert one.account == account and one.events > 0, name
    assert code_of(lambda: accounts.get_account(GetAccountRequest(account="nobody"))) == Code.NOT_FOUND, name
    assert code_of(lambda: accounts.get_account(GetAccountRequest())) == Code.INVALID_ARGUMENT, name
    assert accounts.get_account(GetAccountRequest(account=account), use_get=True).events == one.events, name

    def note(text):
        return RecordRequest(id="python-" + name, account=account, actor="kim", what=Oneof("note", AddNote(text=text)))

    messages, token = 0, ""
    for message in watches.watch_account(WatchAccountRequest(account=account)):
        messages, token = messages + 1, message.resume_token
        if messages == 1:
            assert not acts.record(note("seen")).repeated, name
        elif message.account.events > one.events:
            break
    assert messages >= 2, name
    assert acts.record(note("seen")).repeated, name
    assert code_of(lambda: acts.record(note("another"))) == Code.ALREADY_EXISTS, name
    again = WatchAccountRequest(account=account, resume_token=token)
    assert code_of(lambda: list(watches.watch_account(again, timeout_ms=700))) == Code.DEADLINE_EXCEEDED, name
    print(name, "good")


async def walk_async():
    async with AccountServiceClient(address) as client:
        assert (await client.get_account(GetAccountRequest(account=account))).account == account
    print("async good")


for kind, codec in (("binary", None), ("json", proto_json_codec())):
    for protocol in (ProtocolType.CONNECT, ProtocolType.GRPC_WEB):
        walk(f"{protocol.name.lower()}-{kind}", codec=codec, protocol=protocol)
walk("uncompressed", send_compression=None)
asyncio.run(walk_async())
# The library's threads, busy with streams that were left early, now and then abort an orderly end of the interpreter.
sys.stdout.flush()
os._exit(0)
