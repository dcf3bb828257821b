from sqlalchemy import CheckConstraint, Column, DateTime, Integer, MetaData, String, UniqueConstraint, Index
from sqlalchemy.orm import declarative_base

Base = declarative_base(metadata=MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "ix": "ix_%(column_0_label)s"}))


class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email <> ''", name="given"),)
    id = Column(Integer, primary_key=True)
    email = Column(String(200))
    deleted_at = Column(DateTime)


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, index=True)
    state = Column(String(20))
